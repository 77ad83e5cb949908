{#-
    Five examples for each table and rule, so that the message says what to mend. A cut-off that the user chose
    rejects what came after it on purpose, what was deleted at its source is rightly gone, and a vendor keeps the
    messages of a ticket that it deleted: none of them is a defect.
-#}
with

rejected as (
    select
        table_name,
        rule,
        file_name,
        line_number,
        row_key,
        column_name,
        value,
        count(*) over (partition by table_name) as rejected_rows,
        row_number() over (partition by table_name, rule order by file_name, line_number) as example
    from {{ ref('rejects') }}
    where
        severity = 'row'
        and rule <> 'deleted_at_source'
        and not (rule = 'orphan' and file_name in ({{ files_of_vendors() }}))
        {%- if var('as_of') %}
        and rule <> 'after_cutoff'
        {%- endif %}
)

select
    rejected.table_name,
    rejected.rule,
    rejected.rejected_rows,
    reconciliation.landed_rows,
    rejected.file_name,
    rejected.line_number,
    rejected.row_key,
    rejected.column_name,
    rejected.value
from rejected
inner join {{ ref('reconciliation') }} as reconciliation on reconciliation.table_name = rejected.table_name
where
    rejected.rejected_rows > {{ var('rejected_share_limit') }} * reconciliation.landed_rows
    and rejected.example <= 5
order by
    rejected.table_name,
    rejected.rule,
    rejected.example
