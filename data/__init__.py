"""What the council knows and decides: the nouns, the store, the policy. Imports nothing of ours."""
