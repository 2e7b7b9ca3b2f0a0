"""Characters: rigs, poses, and the pictures and databases made of them."""
