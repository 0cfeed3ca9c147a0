"""Found an empty desk without starting it: python -m tests.faults.found --data DIR."""

from tests.faults.broken.launch import set_up

if __name__ == "__main__":
    set_up()
    from odzew.desk import assets
    from odzew.management import start

    start.prepare_database()
    start.empty_desk()
    assets.lay_out()
