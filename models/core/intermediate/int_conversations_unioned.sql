select * from {{ ref('int_tickets_measured') }}
union all
select * from {{ ref('int_chats_measured') }}
union all
select * from {{ ref('int_calls_measured') }}
