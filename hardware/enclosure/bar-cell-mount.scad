// Mount for one bar load cell: a base plate, a top plate, and between them a spacer at each end of the bar, so that the middle can bend.
// Print both parts flat side down, no supports, 4 perimeters, 40 % infill. Millimetres.
//   openscad -D 'part="base"' -o base.stl bar-cell-mount.scad        part: base, top, assembly
part = "assembly";

// The cell: measure yours. Usual 1 to 20 kg bars are 75 to 80 long and 12.7 square, with M4 holes on one end and M5 on the other.
cell_length = 80;
cell_width = 12.7;
cell_height = 12.7;
hole_from_end = 5;
hole_distance = 15;
fixed_screw = 5.3;     // M5, through
moving_screw = 4.3;    // M4, through

plate = [110, 110, 6];
spacer = 4;            // gap under and over the bar: more than it bends (about 0.3 mm) and room for crumbs
pad_length = 26;       // how far the spacers reach over the bar; the middle stays free
stop_screw = 3.4;      // M3 through the top plate above the base: set it 0.5 mm above the base as overload stop
corner = 8;
explode = 0;           // lifts the parts apart in the assembly

$fn = 48;
assert(2 * pad_length < cell_length - 15, "the pads leave no free middle: the bar could not bend");
assert(plate[0] > cell_length + 10, "the plate is shorter than the cell");

module rounded(size, r) {
  linear_extrude(size[2]) offset(r) offset(-r) square([size[0], size[1]], center = true);
}

// Two screw holes of one end; head is countersunk from the flat side.
module screws(x, direction, diameter, depth) {
  for (i = [0, 1]) translate([x + direction * (hole_from_end + i * hole_distance), 0, -1]) {
    cylinder(d = diameter, h = depth + 2);
    cylinder(d1 = 2 * diameter + 2, d2 = diameter, h = diameter / 2 + 1);
  }
}

// side -1: the fixed end, at the left; +1: the moving end.
module half(side, diameter, stop) {
  difference() {
    union() {
      rounded(plate, corner);
      translate([side * (cell_length - pad_length) / 2, 0, plate[2] + spacer / 2 - 0.01]) cube([pad_length, cell_width + 8, spacer + 0.02], center = true);
      // low cheeks keep the bar straight while the screws are tightened
      for (y = [-1, 1]) translate([side * (cell_length - pad_length) / 2, y * (cell_width / 2 + 2.4), plate[2] + spacer + 1]) cube([pad_length, 3.2, 2.02], center = true);
    }
    screws(side * cell_length / 2, -side, diameter, plate[2] + spacer);
    if (stop) for (x = [-1, 1], y = [-1, 1]) translate([x * (plate[0] / 2 - 12), y * (plate[1] / 2 - 12), -1]) cylinder(d = stop_screw, h = plate[2] + 2);
    if (!stop) translate([-plate[0] / 2 - 1, cell_width / 2 + 12, plate[2] - 3]) cube([40, 5, 4]); // channel for the four wires
  }
}

module bar() {
  color("silver") difference() {
    translate([0, 0, cell_height / 2]) cube([cell_length, cell_width, cell_height], center = true);
    for (x = [-7, 7]) translate([x, 0, cell_height / 2]) rotate([90, 0, 0]) cylinder(d = 10, h = cell_width + 2, center = true);
  }
}

if (part == "base") half(-1, fixed_screw, false);
else if (part == "top") half(1, moving_screw, true);
else {
  half(-1, fixed_screw, false);
  translate([0, 0, plate[2] + spacer + explode]) bar();
  translate([0, 0, 2 * (plate[2] + spacer) + cell_height + 2 * explode]) mirror([0, 0, 1]) half(1, moving_screw, true);
}
