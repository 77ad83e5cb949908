{#- Acme's conversations are tickets. -#}
{{ no_rows_of('chats') }}
