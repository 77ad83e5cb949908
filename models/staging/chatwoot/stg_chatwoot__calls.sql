{#- No calls: the tool's voice inboxes land as chats of the channel phone. -#}
{{ no_rows_of('calls') }}
