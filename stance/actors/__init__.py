"""Who is who: alias tables, and the linking of mentions to actors."""
