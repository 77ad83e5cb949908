"""Errors that the command line answers with one line and an exit code of their own."""


class CannotStart(Exception):
    """What was asked for cannot be done as the files or options stand (exit code 2).

    The message is one line that names what is wrong and where.
    """

    outcome = "could_not_start"
