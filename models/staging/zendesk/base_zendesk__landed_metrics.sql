{#- Zendesk's own numbers, where a loader lands them: the newest version of each ticket. -#}
with

ranked as (
    select
        t.*,
        row_number() over (
            partition by t.source_system, t.ticket_id
            order by updated_at desc nulls last, loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
        ) as recency_rank
    from {{ vendor_table('zendesk', 'ticket_metrics') }} as t
)

select * from ranked
where recency_rank = 1
