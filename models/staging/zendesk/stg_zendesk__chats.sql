{#- None: what is said in Zendesk's chats and messaging is said on tickets. -#}
{{ no_rows_of('chats') }}
