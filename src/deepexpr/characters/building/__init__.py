"""Building characters: meshes, shapes and key poses, written as character folders."""
