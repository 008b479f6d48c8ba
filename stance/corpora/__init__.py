"""One reader a public corpus, each giving Documents with the layers that it annotates.

In reading order: `folders`, `newsmtsc`, `polnear`, `webis`, `detokenize`, `gum`, `checkthat`, `narratives`, `gold_texts`, `gold`,
`registry`.
"""
