"""Photo to aligned face: detect, mesh, 49 landmarks, registration, geometry."""
