{#- Acme has no telephone. -#}
{{ no_rows_of('calls') }}
