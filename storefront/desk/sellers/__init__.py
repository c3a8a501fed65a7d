"""The chapter of the sellers: who they are, how well they do and why we say so, their standing and their people."""
