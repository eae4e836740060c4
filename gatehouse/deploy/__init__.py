"""From a passed verdict to a running stack: update, proof, release, and the way back."""
