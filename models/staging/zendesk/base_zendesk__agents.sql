{#-
    Who is or was an agent. The role is today's: of one who left it says end-user, so whatever only agents do counts as well, once
    for all: being assigned a ticket, being in a group, writing what customers do not see. A private comment that came by mail is no
    such thing: Zendesk hides mails of people who are not on the ticket.
-#}
with

users as (
    select * from {{ ref('base_zendesk__users') }}
),

evidence as (
    select
        source_system,
        user_id
    from users
    where has_agent_traits

    union

    select
        t.source_system,
        user_id
    from {{ vendor_table('zendesk', 'group_member') }} as t

    union

    select
        t.source_system,
        user_id
    from {{ vendor_table('zendesk', 'group_memberships') }} as t

    union

    select
        source_system,
        assignee_id as user_id
    from {{ ref('base_zendesk__tickets') }}

    union

    select
        t.source_system,
        new_value as user_id
    from {{ vendor_table('zendesk', 'ticket_field_history') }} as t
    where field_name = 'assignee_id'

    union

    select
        t.source_system,
        new_value as user_id
    from {{ vendor_table('zendesk', 'ticket_audits__events') }} as t
    where field_name = 'assignee_id' and event_type in ('Create', 'Change')

    union

    select
        t.source_system,
        assignee_id as user_id
    from {{ vendor_table('zendesk', 'ticket_events__child_events') }} as t

    union

    select
        t.source_system,
        author_id as user_id
    from {{ vendor_table('zendesk', 'ticket_comment') }} as t
    where not is_public and coalesce(via_channel, '') not in ('email', 'rule', 'system')

    union

    select
        t.source_system,
        author_id as user_id
    from {{ vendor_table('zendesk', 'ticket_comments') }} as t
    where not is_public and coalesce(via_channel, '') not in ('email', 'rule', 'system')

    union

    select
        source_system,
        user_id
    from {{ ref('base_zendesk__role_spells') }}
    where is_agent
),

-- What the log of settings tells of the beginning and the end.
roles as (
    select
        source_system,
        user_id,
        max(case when is_agent and held_from > timestamp '1970-01-01 00:00:00' then held_from end) as became_agent_at,
        max(case when is_agent and held_until < timestamp '9999-12-31 00:00:00' then held_until end) as ceased_at,
        max(case when is_agent and held_until = timestamp '9999-12-31 00:00:00' then 1 else 0 end) = 1 as is_agent_at_last
    from {{ ref('base_zendesk__role_spells') }}
    group by source_system, user_id
),

groups as (
    select * from {{ ref('base_zendesk__names') }}
    where kind = 'group'
)

select
    evidence.source_system,
    evidence.user_id,
    users.user_id is not null as is_known_user,
    coalesce(users.is_agent_now, false) as is_agent_now,
    coalesce(users.is_shared_agent, false) as is_shared_agent,
    groups.name as team,
    coalesce(roles.became_agent_at, users.created_at) as hired_at,
    case
        when roles.ceased_at is not null and not roles.is_agent_at_last then roles.ceased_at
        when not users.is_active then users.updated_at
    end as left_at,
    users.landed_file_name,
    users.landed_line_number
from evidence
left join users
    on
        users.source_system = evidence.source_system
        and users.user_id = evidence.user_id
left join roles
    on
        roles.source_system = evidence.source_system
        and roles.user_id = evidence.user_id
left join groups
    on
        groups.source_system = users.source_system
        and groups.name_id = users.default_group_id
where evidence.user_id is not null and evidence.user_id not in ('-1', '0')
