"""What a person does in a window: go, press, write, look. Every page that comes up is read for English left over."""

import re

from playwright.sync_api import Locator, Page, expect

LATIN = re.compile(r"(?<!\w)[A-Za-z][A-Za-z'’-]{2,}(?!\d)")
SEAL = re.compile(r"\b[0-9a-f]{64}\b")  # may begin with letters that look like a word
# What one reads of a page; the console's icons are words for its icon font.
TEXT = """() => {
  const icons = [...document.querySelectorAll("#main .material-symbols-outlined")];
  icons.forEach(icon => icon.hidden = true);
  const text = document.querySelector("#main").innerText;
  icons.forEach(icon => icon.hidden = false);
  return text;
}"""
# What stays Latin in Chinese besides codes and kinds of files in capitals: endings of files, names.
NAMES = {"pdf", "jpg", "png", "csv", "Pabulib", "English", "Ctrl"}


class Visit:
    """One person at one page after the other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.on("dialog", lambda dialog: dialog.accept())

    def go(self, path: str) -> "Visit":
        self.page.goto(path, wait_until="domcontentloaded")
        return self.look()

    def press(self, name: str, *, exact: bool = True, within: str = "#main") -> "Visit":
        """A link or a button by the words on it, leading to the next page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.one(name, exact=exact, within=within).click()
        return self.look()

    def tap(self, name: str, *, exact: bool = True) -> "Visit":
        """A button that works in its place."""
        self.one(name, exact=exact).click()
        return self

    def review(self, waiting: str, *, step: str, words: str = "") -> "Visit":
        """What waits for me first, looked at and decided on the review desk, with words where it asks for them."""
        self.go("/admin/").press(waiting, exact=False)
        self.page.locator("#review [data-list] button").first.click()
        self.tap(step)
        if words:
            self.page.locator("#review textarea").fill(words)
        return self.tap(step if words else "确认").see("已完成。")

    def menu(self, name: str) -> "Visit":
        """An entry of the console's menu."""
        entry = self.page.locator("#nav-sidebar a").filter(has_text=re.compile(rf"{name}\s*$"))
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            entry.first.click()
        return self.look()

    def new(self, noun: str) -> "Visit":
        """The button above a list of the console that begins another one."""
        return self.press(f"添加{noun}", exact=False)

    def one(self, name: str, *, exact: bool = True, within: str = "#main") -> Locator:
        place = self.page.locator(within)
        either = place.get_by_role("link", name=name, exact=exact).or_(
            place.get_by_role("button", name=name, exact=exact)
        )
        return either.and_(self.page.locator(":visible")).first

    def write(self, **values: object) -> "Visit":
        """Fill fields in by the words of their labels."""
        for label, value in values.items():
            self._fill(self.field(label), value)
        return self

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(（选填）)?\s*[:：]?\s*\*?\s*$")).first

    def _fill(self, field: Locator, value: object) -> None:
        kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            field.select_option(label=str(value))
        elif kind in {"checkbox", "radio"}:
            field.check()
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))

    def tick(self, *labels: str) -> "Visit":
        for label in labels:
            self.page.get_by_label(label).first.check()
        return self

    def see(self, *texts: str) -> "Visit":
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self

    def miss(self, *texts: str) -> "Visit":
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def look(self) -> "Visit":
        """Nothing of the other language stands on the page, and nothing sticks out of it sideways."""
        self.page.wait_for_load_state()  # a page without its style sheet is wider
        text = SEAL.sub("", self.page.evaluate(TEXT))
        left = {word for word in LATIN.findall(text) if word not in NAMES and not word.isupper()}
        assert not left, f"{self.page.url}: {sorted(left)}"
        if self.page.viewport_size["width"] < 800:
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= self.page.viewport_size["width"], f"{self.page.url} is {wide} px wide"
        return self

    def leave(self) -> None:
        self.page.close()
