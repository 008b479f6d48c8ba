"""The page of a comparison in a browser: clicked through, by mouse and by keyboard, from a number down to the evidence."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1200,900"),
)

IN_VIEW = """
const box = arguments[0].getBoundingClientRect();
return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the comparison of the seed outlets, made as `make demo` makes it."""
    from stance.cli.main import main

    folder = tmp_path_factory.mktemp("report")
    predicted, page = folder / "seeds.jsonl", folder / "comparison.html"
    assert main(["predict", str(ROOT / "seeds" / "op-eds"), "--quiet", "-o", str(predicted)]) == 0
    assert main(["compare", str(predicted), "--by", "outlet", "-o", str(page)]) == 0
    return page


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Return a Chromium without a window, which writes down what it fetches and what its console says."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium and chromedriver on this machine: apt-get install chromium chromium-driver")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: it is in the extra `dev`")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield started
    started.quit()


@pytest.fixture
def page(browser: Chrome, report: Path) -> Iterator[Chrome]:
    """Return the browser with the page freshly open; afterwards the console is clean, and nothing but the page was fetched."""
    browser.get("about:blank")
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(report.as_uri())
    yield browser
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    assert fetched(browser) - {report.as_uri()} == set()


def fetched(browser: Chrome) -> set[str]:
    """Return the addresses that were asked for since the last look, without the parts behind #, and without data in them."""
    import json

    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
    return {url.partition("#")[0] for url in sent if not url.startswith("data:")}


def one(page: Chrome | WebElement, selector: str) -> WebElement:
    found: WebElement = page.find_element("css selector", selector)
    return found


def click(page: Chrome, element: WebElement) -> None:
    """Click where the mouse would, once the element stands still in the middle of the window."""
    page.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});", element)
    element.click()


def until(page: Chrome, condition: Any) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(page, 20).until(lambda _: condition())


def numbers(page: Chrome, column: int) -> list[float]:
    """Return the numbers of a column of the table of coverage from top to bottom, but for cells without one."""
    cells = page.find_elements("css selector", f"#table-coverage tbody td:nth-child({column})")
    return [float(value) for cell in cells if (value := cell.get_attribute("data-value"))]


def tabbed(page: Chrome, wanted: str, *, most: int = 400) -> WebElement:
    """Return the element of that selector that the tab key comes to first, from where the focus is."""
    from selenium.webdriver import ActionChains, Keys

    for _ in range(most):
        ActionChains(page).send_keys(Keys.TAB).perform()
        active: WebElement = page.switch_to.active_element
        if page.execute_script("return arguments[0].matches(arguments[1])", active, wanted):
            return active
    raise AssertionError(f"{most} steps with the tab key do not come to {wanted}")


def test_a_click_on_a_heading_sorts_the_table_and_a_second_click_turns_it_round(page: Chrome) -> None:
    before = numbers(page, 3)
    assert len(set(before)) > 1
    heading = one(page, "#table-coverage thead th:nth-child(3)")
    click(page, one(heading, "button"))
    assert heading.get_attribute("aria-sort") == "ascending"
    assert numbers(page, 3) == sorted(before)
    click(page, one(heading, "button"))
    assert heading.get_attribute("aria-sort") == "descending"
    assert numbers(page, 3) == sorted(before, reverse=True)


def test_a_number_leads_to_its_articles_and_an_article_to_its_place_in_the_list(page: Chrome) -> None:
    number = one(page, '#table-1 tbody td a[href^="#behind-"]')
    anchor = str(number.get_attribute("href")).partition("#")[2]
    behind = page.find_element("id", anchor)
    assert not behind.is_displayed()
    click(page, number)
    until(page, behind.is_displayed)
    until(page, lambda: page.execute_script(IN_VIEW, behind))
    marks = behind.find_elements("css selector", "q.evidence mark")
    assert marks and all(mark.is_displayed() and mark.text.strip() for mark in marks)
    article = one(behind, 'a[href^="#article-"]')
    place = page.find_element("id", str(article.get_attribute("href")).partition("#")[2])
    assert not place.is_displayed()
    click(page, article)
    until(page, place.is_displayed)
    until(page, lambda: page.execute_script(IN_VIEW, place))


def test_all_of_it_goes_with_the_keyboard_alone(page: Chrome) -> None:
    from selenium.webdriver import Keys

    tabbed(page, 'nav a[href="#coverage"]').send_keys(Keys.ENTER)
    button = tabbed(page, "#table-coverage thead th:nth-child(3) button")
    button.send_keys(Keys.ENTER)
    assert len(set(numbers(page, 3))) > 1
    assert numbers(page, 3) == sorted(numbers(page, 3))
    number = tabbed(page, '#table-coverage tbody td a[href^="#behind-"]')
    behind = page.find_element("id", str(number.get_attribute("href")).partition("#")[2])
    number.send_keys(Keys.ENTER)
    until(page, behind.is_displayed)
    until(page, lambda: page.execute_script(IN_VIEW, behind))
    article = tabbed(page, "a", most=1)
    assert page.execute_script("return arguments[0].contains(arguments[1])", behind, article), "the focus stays behind"


def test_every_number_that_leads_somewhere_leads_to_something(page: Chrome) -> None:
    lost = page.execute_script(
        """return [...document.querySelectorAll('a')]
        .map((link) => link.getAttribute("href") || link.getAttribute("xlink:href") || "")
        .filter((to) => to.startsWith("#") && !document.getElementById(decodeURIComponent(to.slice(1))));"""
    )
    assert lost == []


def test_on_a_narrow_screen_only_tables_and_figures_are_moved_sideways(page: Chrome) -> None:
    page.set_window_size(500, 900)
    wide = page.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth;")
    page.set_window_size(1200, 900)
    assert wide <= 0
