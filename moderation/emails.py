"""One function per letter of this room."""
