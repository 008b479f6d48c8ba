"""One reader a public corpus, each giving Documents with the layers that it annotates.

In reading order: `folders`, `newsmtsc`, `polnear`, `webis`, `detokenize`, `gum`, `wnut17`, `aae2`, `cmv`, `microtexts`, `gold`,
`registry`.
"""
