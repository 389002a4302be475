"""States: what a record goes through, which moves there are between them, and who may make them.

    declare     States, @move and Approval: what stands on a model
    lifecycle   what composition makes of it, checked: `ModelInfo.lifecycle`
    guard       the steps of the pipeline that refuse a state by any other way than a move
    carry       a move: rights ► lock ► conditions ► the state ► what the verb does
    approval    asking, deciding, and what makes a request void
    explain     why somebody may make a move, or not

On the final class stands, in place of each verb that is a move, a function that opens the move and then calls the
verbs of the parts. So the move's own checks come before the work of any addon, and `super()` walks on as ever.
"""
