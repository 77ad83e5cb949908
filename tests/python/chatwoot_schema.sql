-- The tables and columns of Chatwoot that are read, of the types that db/schema.rb (version 2025_08_16) gives them in PostgreSQL,
-- and of free text the columns that must not be read.
create table conversations (
    id serial primary key, account_id integer not null, inbox_id integer not null, status integer not null default 0,
    assignee_id integer, created_at timestamp not null, updated_at timestamp not null, contact_id bigint, display_id integer not null,
    additional_attributes jsonb default '{}', uuid uuid not null default gen_random_uuid(), team_id bigint, campaign_id bigint,
    priority integer, waiting_since timestamp(6), cached_label_list text
);
create table messages (
    id serial primary key, content text, account_id integer not null, inbox_id integer not null, conversation_id integer not null,
    message_type integer not null, created_at timestamp not null, updated_at timestamp not null, private boolean not null default false,
    status integer default 0, content_type integer not null default 0, content_attributes json default '{}', sender_type varchar,
    sender_id bigint, additional_attributes jsonb default '{}', processed_message_content text, sentiment jsonb default '{}'
);
create table reporting_events (
    id bigserial primary key, name varchar, value double precision, account_id integer, inbox_id integer, user_id integer,
    conversation_id integer, created_at timestamp(6) not null, updated_at timestamp(6) not null,
    value_in_business_hours double precision, event_start_time timestamp, event_end_time timestamp
);
create table csat_survey_responses (
    id bigserial primary key, account_id bigint not null, conversation_id bigint not null, message_id bigint not null,
    rating integer not null, feedback_message text, contact_id bigint not null, assigned_agent_id bigint,
    created_at timestamp(6) not null, updated_at timestamp(6) not null
);
create table inboxes (
    id serial primary key, channel_id integer not null, account_id integer not null, name varchar not null, channel_type varchar,
    working_hours_enabled boolean default false, timezone varchar default 'UTC', csat_survey_enabled boolean default false
);
create table channel_twilio_sms (id bigserial primary key, phone_number varchar, account_id integer not null, medium integer default 0);
create table working_hours (
    id bigserial primary key, inbox_id bigint, account_id bigint, day_of_week integer not null, closed_all_day boolean default false,
    open_hour integer, open_minutes integer, close_hour integer, close_minutes integer, open_all_day boolean default false
);
create table contacts (
    id serial primary key, name varchar default '', email varchar, phone_number varchar, account_id integer not null,
    identifier varchar, contact_type integer default 0, blocked boolean not null default false
);
create table users (id serial primary key, name varchar not null, email varchar);
create table account_users (
    id bigserial primary key, account_id bigint, user_id bigint, role integer default 0, created_at timestamp(6) not null
);
create table teams (id bigserial primary key, name varchar not null, account_id bigint not null);
create table team_members (id bigserial primary key, team_id bigint not null, user_id bigint not null);
create table agent_bots (id bigserial primary key, name varchar, account_id bigint);
create table agent_bot_inboxes (
    id bigserial primary key, inbox_id integer, agent_bot_id integer, status integer default 0, account_id integer
);
create table captain_assistants (id bigserial primary key, name varchar not null, account_id bigint not null);
create table captain_inboxes (id bigserial primary key, captain_assistant_id bigint not null, inbox_id bigint not null);
