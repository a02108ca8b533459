// Box for a Raspberry Pi and up to two converter boards, with openings at the ports, slits for air and a slot for the cells' wires.
// Print both parts flat side down, no supports. Millimetres.
//   openscad -D 'part="bottom"' -D 'board="pi"' -o bottom.stl gateway-box.scad        part: bottom, lid, assembly; board: pi, zero
part = "assembly";
board = "pi";

wall = 2.4;
floor_thickness = 2;
play = 1;
standoff = 5;
screw = 2.2;           // M2.5 cuts its own thread
bay = 38;              // beside the Pi, for HX711 or NAU7802 boards
room = 30;             // inner height: a Pi 4 with jumper wires on its header; 38 with an active cooler
lip = 4;

// Raspberry Pi mechanical drawings: 85 x 56 with holes 58 x 49 apart, Zero 65 x 30 with holes 58 x 23, 3.5 from the edge.
pcb = board == "zero" ? [65, 30] : [85, 56];
holes = board == "zero" ? [58, 23] : [58, 49];
inner = [pcb[0] + 2 * play, pcb[1] + bay + 2 * play, room];
outer = [inner[0] + 2 * wall, inner[1] + 2 * wall, inner[2] + floor_thickness];

$fn = 36;

module shell(size, r) {
  linear_extrude(size[2]) translate([r, r]) offset(r) square([size[0] - 2 * r, size[1] - 2 * r]);
}

module bottom() {
  difference() {
    shell(outer, 4);
    translate([wall, wall, floor_thickness]) shell([inner[0], inner[1], room + 1], 2);
    // USB and network side, card side, power and picture side
    translate([outer[0] - wall - 1, wall + 2, floor_thickness + standoff - 1]) cube([wall + 2, pcb[1] - 3, room - standoff - lip - 2]);
    translate([-1, wall + pcb[1] / 2 - 9, floor_thickness]) cube([wall + 2, 18, standoff + 4]);
    translate([wall + play + 4, -1, floor_thickness + standoff]) cube([pcb[0] - 14, wall + 2, 10]);
    // the cells' wires, and air under the Pi
    for (x = [0 : 1]) translate([outer[0] / 2 - 18 + x * 26, outer[1] - wall - 1, floor_thickness + 4]) cube([10, wall + 2, 6]);
    for (x = [18 : 9 : outer[0] - 18]) translate([x, wall + 14, -1]) cube([3, pcb[1] - 26, floor_thickness + 2]);
  }
  for (x = [0, 1], y = [0, 1])
    translate([wall + play + 3.5 + x * holes[0], wall + play + 3.5 + y * holes[1], 0]) post(standoff);
  // two converter boards stand in grooves
  for (x = [0, 1]) translate([wall + inner[0] / 2 + (x == 0 ? -30 : 6), wall + pcb[1] + 2 * play + 8, 0]) cradle();
}

module post(height) {
  difference() {
    cylinder(d = 6, h = floor_thickness + height);
    translate([0, 0, floor_thickness]) cylinder(d = screw, h = height + 1);
  }
}

// Holds a board of 1.6 mm by two opposite edges, 24 apart.
module cradle() {
  for (x = [0, 24 - 4]) translate([x, 0, 0]) difference() {
    cube([4, 8, floor_thickness + 10]);
    translate([-1, 3.1, floor_thickness + 2]) cube([6, 1.8, 20]);
  }
}

module lid() {
  difference() {
    union() {
      shell([outer[0], outer[1], 2], 4);
      translate([wall + 0.25, wall + 0.25, 1.99]) difference() {
        shell([inner[0] - 0.5, inner[1] - 0.5, lip], 2);
        translate([1.6, 1.6, -1]) shell([inner[0] - 3.7, inner[1] - 3.7, lip + 2], 1);
      }
    }
    for (x = [20 : 8 : outer[0] - 20]) translate([x, 16, -1]) cube([3, pcb[1] - 24, 4]);
  }
}

if (part == "bottom") bottom();
else if (part == "lid") lid();
else {
  bottom();
  color("green") translate([wall + play, wall + play, floor_thickness + standoff]) cube([pcb[0], pcb[1], 1.4]);
  translate([0, outer[1], outer[2] + 34]) rotate([180, 0, 0]) lid();
}
