"""How many envelopes a second intake takes, durable before the 204, beside a bare view that only stores."""
