{#- Acme asks nobody. -#}
{{ no_rows_of('surveys') }}
