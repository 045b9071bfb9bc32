"""Teaches the second reader (contract_clauses/analysis/second_reader.py) and learns what its word is worth.

``pip install --group learn`` first. ``python -m tests.contract_clauses.learn teach --minutes 240`` writes
``build/second_reader.pt`` and, from it, ``lexicon/second_reader.onnx`` and ``second_reader.tsv``; ``… teach --from
build/second_reader.pt --minutes 60`` goes on from there; ``… weigh`` then writes ``lexicon/weighing.tsv``. What is
taught from: ``learning/``, ``passages/``, two thirds of ``unseen/``, the clauses' examples and wordings, and the drafts
of ``corpus/`` in ``READABLE``, also changed for the worse (``analysis/mutators.py``). What is weighed with:
``corpus/weighed``, which neither the rules nor the second reader were made with. ``held`` and ``blind`` are for
measuring only.
"""
