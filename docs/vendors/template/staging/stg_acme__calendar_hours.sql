{#- Acme lands no opening hours: the teams have those of seeds/calendars. -#}
{{ no_rows_of('calendar_hours') }}
