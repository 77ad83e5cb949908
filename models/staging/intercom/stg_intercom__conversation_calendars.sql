{#- No loader lands Intercom's office hours. -#}
{{ no_rows_of('conversation_calendars') }}
