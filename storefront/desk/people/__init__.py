"""The chapter of the people: who has an account, what they may do, and how to sign them out."""
