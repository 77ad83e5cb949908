{{ config(severity='warn') }}
{#- Of deleted tickets and chats a vendor keeps messages and changes. Where they are many, the tickets may be missing. -#}
with

orphans as (
    select
        table_name,
        count(*) as orphan_rows,
        min(row_key) as example
    from {{ ref('rejects') }}
    where rule = 'orphan' and file_name in ({{ files_of_vendors() }})
    group by table_name
)

select
    orphans.table_name,
    orphans.orphan_rows,
    reconciliation.landed_rows,
    orphans.example
from orphans
inner join {{ ref('reconciliation') }} as reconciliation on reconciliation.table_name = orphans.table_name
where orphans.orphan_rows > {{ var('rejected_share_limit') }} * reconciliation.landed_rows
