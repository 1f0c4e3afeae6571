from policies.models.macro import Macro

__all__ = ["Macro"]
