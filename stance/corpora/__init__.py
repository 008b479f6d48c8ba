"""One reader a public corpus, each giving Documents with the layers that it annotates.

In reading order: `folders`, `newsmtsc`, `polnear`, `webis`, `detokenize`, `gum`, `wnut17`, `checkthat`, `narratives`, `gold_texts`,
`gold`, `aae2`, `cmv`, `microtexts`, `registry`.
"""
