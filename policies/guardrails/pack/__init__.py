"""The policy pack that the engine starts: `pulumi up --policy-pack policies/guardrails/pack/analyzer`."""
