"""Groth16 over py_ecc's BN254: python groth16.py verification_key.json public.json proof.json

Says accept (exit code 0) or reject (1). For tests: points are not checked for their subgroup.
"""

import json
import sys

from py_ecc.optimized_bn128 import FQ, FQ2, FQ12, add, b, b2, curve_order, field_modulus
from py_ecc.optimized_bn128 import final_exponentiate, is_on_curve, multiply, neg, pairing


def number(text, modulus):
    value = int(text)
    if not 0 <= value < modulus:
        raise ValueError(f"{text} is not below the modulus")
    return value


def coordinate(text):
    return FQ(number(text, field_modulus))


def g1(point):
    x, y, z = map(coordinate, point)
    if z != FQ(1) or not is_on_curve((x, y, z), b):
        raise ValueError("not an affine point of the first group")
    return x, y, z


def g2(point):
    x, y, z = (FQ2([number(part, field_modulus) for part in element]) for element in point)
    if z != FQ2([1, 0]) or not is_on_curve((x, y, z), b2):
        raise ValueError("not an affine point of the second group")
    return x, y, z


def accepts(key, public, proof):
    points = [g1(point) for point in key["IC"]]
    inputs = [number(text, curve_order) for text in public]
    if not len(points) == len(inputs) + 1 == key["nPublic"] + 1:
        raise ValueError("another number of public inputs than the key's")
    combined = points[0]
    for point, value in zip(points[1:], inputs):
        combined = add(combined, multiply(point, value))
    pairs = [
        (neg(g1(proof["pi_a"])), g2(proof["pi_b"])),
        (g1(key["vk_alpha_1"]), g2(key["vk_beta_2"])),
        (combined, g2(key["vk_gamma_2"])),
        (g1(proof["pi_c"]), g2(key["vk_delta_2"])),
    ]
    product = FQ12.one()
    for p, q in pairs:
        product *= pairing(q, p, final_exponentiate=False)
    return final_exponentiate(product) == FQ12.one()


def main():
    key, public, proof = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:4])
    accepted = accepts(key, public, proof)
    print("accept" if accepted else "reject")
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main())
