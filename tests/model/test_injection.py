"""Nothing gets through a condition: hostile payloads in the model file are refused before anything runs."""

# ruff: noqa: E501

from __future__ import annotations

import json

import pytest
from tests.model.examples import SMALL

from tierwise.core.errors import ModelError
from tierwise.model.load import check_document, merged
from tierwise.model.yaml import parse_yaml

PAYLOADS = [
    # several statements, comments, the end of the condition
    "1 = 1; drop table accounts", "1 = 1);drop table accounts--", "employees > 1 -- c", "employees > 1 /* c */ or true",
    "employees > 1 # c", "; select 1", "true) or (true", "1 = 1) union select 1", "1=1) as x, (select 1", "name = 'x';",
    "employees > 1\n;\nattach 'x' as y", "copy accounts to 'x'", "attach 'x.db'", "install httpfs", "load httpfs",
    "pragma database_list", "set memory_limit='1GB'", "create table x (y int)", "drop table accounts", "insert into accounts values (1)",
    "delete from accounts", "update accounts set name = 'x'", "export database 'x'", "checkpoint", "vacuum", "call pragma_version()",
    # sub-selects and set operations, in every place
    "(select 1) = 1", "exists (select 1)", "employees in (select 1)", "employees > any (select 1)", "employees > all (select 1)",
    "employees = (select max(employees) from accounts)", "name = (from accounts select name limit 1)", "(values (1)) = 1",
    "not exists (select * from read_csv('/etc/passwd'))", "employees > (with x as (select 1) select * from x)", "select 1",
    "name in (table accounts)", "1 = 1 union select 1", "employees in ((select 1), 2)", "case when (select 1) = 1 then true end",
    # functions that read, write, wait or look around
    "read_text('/etc/passwd') is not null", "read_csv('x') = 1", "read_blob('/etc/shadow') = 'x'", "glob('/*') = 'x'", "getenv('HOME') = 'x'",
    "current_setting('home') = 'x'", "getvariable('x') = 1", "pg_sleep(9) = 1", "sleep(9) = 1", "repeat('x', 2000000000) = 'y'",
    "query('select 1') = 1", "query_table('accounts') = 1", "current_user = 'x'", "user() = 'x'", "session_user = 'x'", "version() = 'x'",
    "current_database() = 'x'", "current_schema() = 'x'", "current_date > created_at", "now() > created_at", "current_timestamp > created_at",
    "random() > 0.5", "uuid() = 'x'", "gen_random_uuid() = 'x'", "nextval('x') = 1", "txid_current() = 1", "pg_typeof(1) = 'x'",
    "which_secret('x', 's3') = 1", "duckdb_secrets() = 1", "json_execute_serialized_sql('x') = 1", "http_get('http://x') = 'y'",
    "lpad('x', 2000000000, 'y') = 'z'", "range(1000000000) = 1", "generate_series(1, 1000000000) = 1", "unnest([1, 2]) = 1",
    "list_transform([1], x -> x) = 1", "array_agg(name) = 1", "count(*) > 1", "sum(employees) > 1", "max(name) = 'x'",
    "row_number() over () = 1", "sum(employees) over (order by name) > 1", "regexp_matches(name, '(a+)+$')", "regexp_replace(name, 'a', 'b') = 'c'",
    "name similar to 'x'", "name ~ 'x'", "name glob 'x*'", "md5(name) = 'x'", "sha256(name) = 'x'", "printf('%s', name) = 'x'", "format('{}', name) = 'x'",
    "chr(59) = ';'", "ascii(name) = 1", "string_split(name, 'x') = 1", "concat(name, 'x') = 'y'", "name || 'x' = 'y'", "hash(name) = 1",
    "error('x') = 1", "if(true, 1, 2) = 1", "case when true then true end", "case when employees > 1 then 1 end = 1",
    "add_parquet_key('x', 'y') = 1", "system('id') = 1", "xp_cmdshell('id') = 1", "load_file('/etc/passwd') = 'x'", "eval('x') = 1",
    # casts, types, literals of other kinds
    "cast(name as integer) = 1", "name::integer = 1", "try_cast(name as integer) = 1", "employees::varchar = '1'", "x'41' = 'A'", "$$x$$ = name",
    "$tag$x$tag$ = name", "e'\\x27' = name", "b'1' = name", "interval '1' day > 1", "[1, 2] = 1", "{'a': 1} = 1", "map {'a': 1} = 1", "struct_pack(a := 1) = 1",
    "employees[1] = 1", "name[1:2] = 'x'", "(1, 2) = (1, 2)", "row(1, 2) = 1", "'a' collate nocase = name", "date 'x' + interval 1 day > created_at",
    # names that are not columns of the scope
    "accounts.name = 'x'", "a.name = 'x'", "main.accounts.name = 'x'", "information_schema.tables = 1", "\"name\"\".\"x\" = 1", "rowid = 1", "ctid = 1", "oid = 1",
    "password = 'x'", "* = 1", "columns(*) = 1", "a.* = 1", "fit > 1", "intent > 1", "tier = '1'", "account_key = 'x'", "known_at is null", "$1 = 1", ":name = 'x'", "? = 1", "@x = 1",
    "{{ config }} = 1", "${HOME} = 1", "%(name)s = 1", "`name` = 'x'", "name = \"x\"", "[name] = 'x'",
    # shapes that are no condition
    "", "   ", "(", ")", "()", "'", "\"", "employees >", "> 5", "and", "not", "employees between 1", "employees in ()", "employees", "name", "5", "'x'", "null = ",
    "employees > 1,", "employees > 1 employees < 2", "true as x", "employees > 1 limit 1", "employees > 1 order by name", "employees > 1 group by name",
    "employees > 1 where true", "employees > 1 having true", "employees > 1 into outfile 'x'", "employees > 1 for update", "employees := 5", "lambda x: x > 1", "x -> x > 1",
    "employees > 1 window w as ()", "employees > 1 qualify true", "employees > 1 using sample 1%", "pivot accounts on name", "describe accounts", "explain select 1", "show tables",
    "\x00", "employees > 1\x00", "ﬁ = 1", "employees\u200b > 1", "employees\u202e > 1", "ｅmployees > 1", "employees > １", "name = 'x' or 1=1 or name = 'y' --",
    # types that do not fit
    "employees > 'many'", "name > 5", "do_not_contact = 5", "employees and true", "lower(employees) = 'x'", "abs(name) = 1", "-name = 1", "name + 1 = 2", "year(name) = 2020", "name like 5",
    # size
    "(" * 400 + "true" + ")" * 400, "not " * 900 + "true", "employees > 1 or " * 400 + "true", "employees in (" + "1," * 2500 + "1)", "x" * 5000, "'" + "x" * 5000 + "' = name",
]  # fmt: skip


def test_the_corpus_is_large() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: repr(payload)[:40])
def test_refused_with_a_place(payload: str) -> None:
    text = SMALL + f"segments:\n  target: {{where: {json.dumps(payload)}}}\n"
    with pytest.raises(ModelError) as caught:
        check_document(merged([parse_yaml(text.encode(), "tierwise.yaml")]))
    for problem in caught.value.problems:
        assert problem.path == "segments.target.where"
        assert (problem.file, problem.line) == ("tierwise.yaml", 5)
        assert problem.column is not None
