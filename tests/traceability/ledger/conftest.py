from hypothesis import settings

# How long an example takes on a loaded machine says nothing about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
