"""Characters to sentences to windows of subwords, always as offsets into the text."""
