"""The overlay: what one database adds to the addons that it has, as data that its administrators write.

    ir.model.fields   fields of their own, `x_…`             ─┐
    ir.field.change   other words, places and digits          ├─ read ─► Overlay ─► lay ─► registry of this database
    ir.model          other words for a kind of record        │            │
    decimal.precision digits of what a number is used for    ─┘            └─► banyan_setting, with its number

`entries` is what there is to say, `read` takes it from the records, `fit` says what of it cannot be, `lay` composes
it as one more part of each model after those of all addons, and `keep` does all that in the transaction that changes
the records. Every process compares the number at the start of each unit of work and lays anew where it has risen.

An entry that does not fit (any more) is set aside with the reason. It never keeps a system from starting, and what its
column holds stays.
"""
