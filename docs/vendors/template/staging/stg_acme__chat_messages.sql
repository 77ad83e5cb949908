{#- Acme's conversations are tickets. -#}
{{ no_rows_of('chat_messages') }}
