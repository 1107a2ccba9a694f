"""The season of 下王宅社区, walked in the browser: one module for each part, each step a function of its season."""
