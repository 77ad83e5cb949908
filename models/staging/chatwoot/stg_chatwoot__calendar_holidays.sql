{#- Chatwoot has none. -#}
{{ no_rows_of('calendar_holidays') }}
