"""What tests of programs around language models need, the assistant's own and others': a model server that does as told."""
