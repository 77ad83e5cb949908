{#-
    Messages and events that are sound by themselves, whose parent did not land or began later. A parent table that
    landed nothing refuses nobody.
-#}
{{ misplaced_rows('ticket_messages', 'message_id', 'sent_at', 'tickets', 'created_at') }}
union all
{{ misplaced_rows('ticket_events', 'event_id', 'occurred_at', 'tickets', 'created_at') }}
union all
{{ misplaced_rows('chat_messages', 'message_id', 'sent_at', 'chats', 'started_at') }}
