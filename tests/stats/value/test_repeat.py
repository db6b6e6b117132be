"""BG/NBD and Gamma-Gamma: the published fits, recovery of planted parameters, and counts in place of customers."""

import numpy as np
import pytest
from scripts.published import cdnow

from tierwise.stats.value.repeat import BgNbd, GammaGamma, Purchases, Spending, bg_nbd, gamma_gamma


@pytest.fixture(scope="module")
def customers():
    return cdnow()


@pytest.fixture(scope="module")
def model(customers):
    return bg_nbd(Purchases(customers["x"], customers["t_x"], customers["T"], np.ones(len(customers["x"]))))


def test_cdnow(model):
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((0.2426, 4.4135, 0.7929, 2.4258), abs=5e-5)
    assert model.fitted.log_likelihood == pytest.approx(-9582.4, abs=0.05)


def test_printed_parameters():
    printed = BgNbd(0.243, 4.414, 0.793, 2.426)
    assert float(printed.will_buy(39, 2, 30.43, 38.86)) == pytest.approx(1.2260, abs=5e-5)
    assert float(printed.alive(2, 30.43, 38.86)) == pytest.approx(0.7266, abs=5e-5)
    assert float(printed.bought(39)) == pytest.approx(1.1967, abs=5e-5)


def test_gamma_gamma(customers):
    back = customers["x"] > 0
    x, spend = customers["x"][back], customers["zbar"][back]
    assert (len(x), round(float(np.corrcoef(x, spend)[0, 1]), 3)) == (946, 0.114)
    found = gamma_gamma(Spending(x, np.ones(len(x)), spend, np.log(spend)))
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.45), abs=0.006)
    printed = GammaGamma(6.25, 3.74, 15.44)
    assert printed.mean == pytest.approx(35.2190, abs=5e-5)
    figures = printed.expected(1, 20), printed.expected(2, 35), printed.expected(0, 0)
    assert figures == pytest.approx((24.6385, 35.0394, 35.2190), abs=5e-5)
    assert GammaGamma(2.0, 0.9, 10.0).mean is None


def test_counts_of_customers_say_the_same(customers, model):
    """The scaling rule: cells and how many customers are in each, in any order, any unit of time."""
    records = np.column_stack([customers["x"], customers["t_x"], customers["T"]])
    cells, count = np.unique(records, axis=0, return_counts=True)
    assert len(cells) < 0.7 * len(records)
    found = bg_nbd(Purchases(*cells.T, count.astype(float)))
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((model.r, model.alpha, model.a, model.b), rel=1e-5)
    assert found.fitted.covariance == pytest.approx(model.fitted.covariance, rel=2e-3)
    days = bg_nbd(Purchases(cells[:, 0], cells[:, 1] * 7, cells[:, 2] * 7, count.astype(float)))
    assert (days.r, days.alpha) == pytest.approx((model.r, model.alpha * 7), rel=1e-4)
    assert days.fitted.log_likelihood == pytest.approx(
        model.fitted.log_likelihood - np.log(7) * customers["x"].sum(), rel=1e-6
    )


def test_spend_in_bins_says_nearly_the_same(customers):
    """Means of spend within five per cent of each other share a cell."""
    back = customers["x"] > 0
    x, spend = customers["x"][back], customers["zbar"][back]
    keys, at = np.unique(np.column_stack([x, np.round(np.log(spend) / 0.05)]), axis=0, return_inverse=True)
    sums = [np.bincount(at.ravel(), weight) for weight in (np.ones(len(x)), spend, np.log(spend))]
    whole, binned = (
        gamma_gamma(Spending(x, np.ones(len(x)), spend, np.log(spend))),
        gamma_gamma(Spending(keys[:, 0], *sums)),
    )
    assert binned.mean == pytest.approx(whole.mean, rel=1e-3)
    assert len(keys) < 0.5 * len(x)


def simulated(n, rng, months=24.0, r=0.8, alpha=4.0, a=0.9, b=3.0):
    """Customers of the model itself, watched for different times."""
    rate, leave, watched = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n), rng.uniform(2, months, n)
    again, last = np.zeros(n), np.zeros(n)
    for i in range(n):
        time = rng.exponential(1 / rate[i])
        while time <= watched[i]:
            again[i], last[i] = again[i] + 1, time
            if rng.random() < leave[i]:
                break
            time += rng.exponential(1 / rate[i])
    return again, last, watched


def test_planted_parameters_and_their_standard_errors():
    rng = np.random.default_rng(3)
    bought, errors = [], []
    for _ in range(10):
        found = bg_nbd(Purchases(*simulated(1500, rng), np.ones(1500)))
        bought.append(float(found.bought(12)))
        errors.append(found.fitted.standard_error(lambda logs: float(BgNbd.of(logs).bought(12))))
    truth = float(BgNbd(0.8, 4.0, 0.9, 3.0).bought(12))
    assert np.mean(bought) == pytest.approx(truth, rel=0.04)
    assert np.median(errors) == pytest.approx(np.std(bought), rel=0.5)


def test_what_cannot_be_fitted():
    assert bg_nbd(Purchases(np.zeros(3), np.zeros(3), np.ones(3), np.ones(3))) is None
    assert gamma_gamma(Spending(np.ones(1), np.ones(1), np.ones(1), np.zeros(1))) is None


def test_alive_is_certain_for_who_never_came_back_and_falls_with_silence():
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    assert float(model.alive(0, 0.0, 30.0)) == 1.0
    silence = model.alive(3.0, 20.0, np.array([20.0, 30.0, 60.0]))
    assert np.all(np.diff(silence) < 0)
    # a = 1 is a removable gap of the formula
    near = [float(BgNbd(0.5, 5.0, a, 2.0).bought(10.0)) for a in (1 - 1e-5, 1.0, 1 + 1e-5)]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-4)
