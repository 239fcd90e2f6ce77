"""The sandbox networks: LinkedIn, X, Mastodon and Bluesky as one process on localhost.

It speaks the networks' own protocols (sign-in, tokens, publishing, look-up, removal, figures and their error
bodies), writes every accepted post to an append-only file before it answers, and misbehaves when told to. The demo,
the tests and the chaos runs talk to it over real HTTP. It needs no Django, and never runs in production.
"""
