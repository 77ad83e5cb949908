{#- Without a history of changes nobody knows of reopenings, passing on and logged work. -#}
{{ no_rows_of('ticket_events') }}
