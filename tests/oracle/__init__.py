"""The KPIs a second time, in plain Python, written from the catalogue, the design and the landing contract.

It shares no line with the models: where the two agree on awkward worlds, a common mistake is unlikely. It is
slow and holds everything in memory. Rows are typed dictionaries, none of them broken; words and identifiers
stand in them as tools land them. Instants are naive and UTC; lengths are exact fractions of seconds.
"""
