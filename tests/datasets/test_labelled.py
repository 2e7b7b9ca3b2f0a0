from deepexpr.core.expression import Expression
from deepexpr.datasets.labelled import read_labelled
from tests.datasets.miniature import write_picture


def test_the_folder_names_expression_and_character(tmp_path):
    write_picture(tmp_path / "anger" / "1.png")
    write_picture(tmp_path / "robot_joy" / "1.png")
    write_picture(tmp_path / "robot" / "Robot_Fear" / "1.webp")
    write_picture(tmp_path / "backgrounds" / "1.png")
    found = read_labelled(tmp_path)
    assert [(each.subject, each.label) for each in found.samples] == [
        (tmp_path.name, Expression.ANGER),
        ("robot", Expression.FEAR),
        ("robot", Expression.JOY),
    ]
    assert found.left_out == {"picture in a folder not named by an expression": 1}
