{#- Users of both shapes: the newest version of each. A deleted user stays, without an address. -#}
with

landed as (
    select
        t.source_system,
        user_id,
        customer_email,
        customer_phone,
        shared_phone_number,
        role,
        custom_role_id,
        default_group_id,
        is_active,
        shared_agent,
        locale,
        created_at,
        updated_at,
        loaded_at,
        landed_file_name,
        landed_line_number,
        coalesce(_fivetran_active, true) as is_newest,
        coalesce(_fivetran_deleted, false) as is_deleted
    from {{ vendor_table('zendesk', 'user') }} as t

    union all

    select
        t.source_system,
        user_id,
        customer_email,
        customer_phone,
        shared_phone_number,
        role,
        custom_role_id,
        default_group_id,
        is_active,
        shared_agent,
        locale,
        created_at,
        updated_at,
        loaded_at,
        landed_file_name,
        landed_line_number,
        true as is_newest,
        false as is_deleted
    from {{ vendor_table('zendesk', 'users') }} as t
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, user_id
            order by
                case when is_newest then 0 else 1 end,
                updated_at desc nulls last,
                loaded_at desc nulls last,
                landed_file_name desc,
                landed_line_number desc
        ) as recency_rank
    from landed
)

-- A number that several people share is nobody's.
select
    ranked.source_system,
    ranked.user_id,
    ranked.customer_email,
    case when not coalesce(ranked.shared_phone_number, false) then ranked.customer_phone end as customer_phone,
    ranked.default_group_id,
    ranked.locale,
    coalesce(role_words.word = 'agent', false) as is_agent_now,
    -- A departed agent's role is end-user, but what only agents have stays.
    coalesce(role_words.word = 'agent', false)
    or ranked.custom_role_id is not null
    or ranked.default_group_id is not null as has_agent_traits,
    coalesce(ranked.shared_agent, false) as is_shared_agent,
    coalesce(ranked.is_active, true) and not ranked.is_deleted as is_active,
    ranked.created_at,
    ranked.updated_at,
    ranked.loaded_at,
    ranked.landed_file_name,
    ranked.landed_line_number
from ranked
{{ join_vendor_words('zendesk_words', 'zendesk_role', 'ranked.role', 'role_words') }}
where ranked.recency_rank = 1
