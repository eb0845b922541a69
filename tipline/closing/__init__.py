"""How a case ends: dispositions, outcomes, clocks, holds, retention, shredding."""
