from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import communities
from communities.models import Region, StatusChange

pytestmark = pytest.mark.django_db

JINHUA = Path(communities.__file__).parent / "fixtures/jinhua/regions.csv"
GOOD = """code,name,parent_code,level
9901,某市,,city
990102003004,某社区,990102003,community
990102,某区,9901,district
990102003,某街道,990102,street
"""


@pytest.fixture
def load(tmp_path):
    def run(content, encoding="utf-8"):
        file, out, errors = tmp_path / "regions.csv", StringIO(), StringIO()
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        try:
            call_command("import_regions", file, stdout=out, stderr=errors)
        except CommandError as error:
            return errors.getvalue().splitlines(), str(error)
        return out.getvalue().strip()

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_regions_are_loaded_in_any_order_and_any_usual_encoding(load, encoding):
    load(GOOD, encoding)

    assert list(Region.objects.values_list("code", "name", "level", "parent__code")) == [
        ("9901", "某市", "city", None),
        ("990102", "某区", "district", "9901"),
        ("990102003", "某街道", "street", "990102"),
        ("990102003004", "某社区", "community", "990102003"),
    ]


def test_loading_twice_changes_nothing_and_a_new_name_is_taken_and_recorded(load):
    load(GOOD)
    before = list(Region.objects.values_list("pk", flat=True))

    assert load(GOOD) == "0 个新增，0 个更名，4 个未变。"
    assert load(GOOD.replace("某社区", "新社区")) == "0 个新增，1 个更名，3 个未变。"

    region = Region.objects.get(code="990102003004")
    assert region.name == "新社区"
    assert list(Region.objects.values_list("pk", flat=True)) == before
    assert StatusChange.objects.about(region).get().reason == "某社区 → 新社区"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("990102004,甲街道,990109,street", "没有代码为“990109”的区划。"),
        ("99010,乙,9901,district", "“99010”不是区县的代码，区县代码应为 6 位数字。"),
        ("99010x,乙,9901,district", "“99010x”不是区县的代码，区县代码应为 6 位数字。"),
        ("９９０１０５,乙,9901,district", "“９９０１０５”不是区县的代码，区县代码应为 6 位数字。"),
        ("990102,某区,9901,district", "代码 990102 已在第 4 行出现。"),
        ("990103,丙区,9901,county", "“county”不是区划级别，可用的级别：city, district, street, community。"),
        ("990203004,丁街道,990102,street", "代码应以上级区划代码 990102 开头。"),
        ("990102003009,戊社区,990102,community", "“990102”不是街道。"),
        ("9902,己市,9901,city", "市没有上级区划。"),
        ("990105,,9901,district", "缺少名称，或名称超过 64 个字。"),
        (f"990105,{'长' * 65},9901,district", "缺少名称，或名称超过 64 个字。"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_nothing_is_loaded(load, row, message):
    assert load(f"{GOOD}\n{row}\n") == ([f"第 7 行：{message}"], "未导入任何数据：共 1 处错误。")
    assert not Region.objects.exists()


def test_every_bad_row_is_named(load):
    lines, _error = load(f"{GOOD}1,a,,city\n2,b,,city\n")

    assert [line.split("：")[0] for line in lines] == ["第 6 行", "第 7 行"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("code,name\n9901,某市\n", "缺少以下列：parent_code, level。"),
        ("", "缺少以下列：code, name, parent_code, level。"),
        (b"PK\x03\x04nonsense", "这个 .xlsx 文件已损坏或设有密码。"),
        (b"\x00\x01\x02", "这不是 .xlsx 文件，也不是 UTF-8 或 GBK 编码的 .csv 文件。"),
        (b"\xff\xfe\xff", "这不是 .xlsx 文件，也不是 UTF-8 或 GBK 编码的 .csv 文件。"),
    ],
)
def test_what_is_no_list_of_regions_is_refused_in_words(load, content, message):
    assert load(content) == ([], message)


def test_a_file_that_is_not_there_is_said_so():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_regions", "nowhere.csv")


def test_the_whole_of_jinhua_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        call_command("import_regions", JINHUA, stdout=StringIO())

    counts = {level: Region.objects.filter(level=level).count() for level in Region.Level.values}
    assert counts == {"city": 1, "district": 9, "street": 146, "community": 3300}
    assert Region.objects.get(code="330723001001").name.startswith("下王宅社区")
    with django_assert_max_num_queries(20):
        call_command("import_regions", JINHUA, stdout=StringIO())
