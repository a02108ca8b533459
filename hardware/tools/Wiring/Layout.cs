namespace PantryChain.Wiring;

/// <summary>A part's box on the sheet.</summary>
/// <param name="Part">The part.</param>
/// <param name="Column">1 beside the Pi, counted to the right.</param>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
internal sealed record Box(Part Part, int Column, double X, double Y)
{
    public const double Width = 176, TitleHeight = 26;

    public double Height => TitleHeight + (Rows * Layout.Pitch) + 6;

    private int Rows => Math.Max(2, Math.Max(Part.Kind.Pins.Count(pin => pin.Left), Part.Kind.Pins.Count(pin => !pin.Left)));

    public double PinY(PartPin pin) => Y + TitleHeight + (Layout.Pitch / 2) + (Layout.Pitch * Part.Kind.Pins.Where(other => other.Left == pin.Left).TakeWhile(other => other != pin).Count());

    public double PinX(PartPin pin) => pin.Left ? X : X + Width;
}

/// <summary>A wire's end on the sheet: where, in which channel between the columns, and on which side of it.</summary>
internal readonly record struct Foot(double X, double Y, int Zone, bool OnLeft);

/// <summary>Where everything stands: the header, the boxes in columns, and one vertical track per wire in the channels between them.</summary>
internal sealed class Layout
{
    public const double Pitch = 26, HeaderX = 214, HeaderTop = 132, ZoneBegin = 352, Track = 15;

    private readonly WiringPlan _plan;
    private readonly Dictionary<Part, Box> _boxes = [];
    private readonly Dictionary<(Net, int Zone), double> _tracks = [];

    private Layout(WiringPlan plan) => _plan = plan;

    public IEnumerable<Box> Boxes => _boxes.Values;

    public double Bottom { get; private set; }

    public double Right { get; private set; }

    public static Layout Of(WiringPlan plan)
    {
        Layout layout = new(plan);
        Dictionary<Part, int> columns = layout.Columns();
        layout.StackColumns(columns);
        int zones = columns.Values.DefaultIfEmpty(0).Max();
        double x = ZoneBegin;
        for (int zone = 0; zone < zones; zone++)
        {
            List<Net> nets = [.. plan.Nets.Where(net => layout.Feet(net).Any(foot => foot.Zone == zone))];
            double begin = x + 20;
            x = begin + (nets.Count * Track) + 14;
            foreach (Box box in layout._boxes.Values.Where(box => box.Column == zone + 1).ToList())
                layout._boxes[box.Part] = box with { X = x };
            layout.AssignTracks(nets, zone, begin);
            x += Box.Width;
        }
        layout.Right = x + 40;
        layout.Bottom = Math.Max(HeaderTop + (20 * Pitch), layout._boxes.Values.Select(box => box.Y + box.Height).DefaultIfEmpty(0).Max());
        return layout;
    }

    public double TrackOf(Net net, int zone) => _tracks[(net, zone)];

    public static (double X, double Y) PinOf(HeaderPin pin) => (HeaderX + (pin.Number % 2 == 0 ? 32 : 0), HeaderTop + (Pitch / 2) + (Pitch * ((pin.Number - 1) / 2)));

    public IReadOnlyList<Foot> Feet(Net net) => [.. net.Ends.Select(end =>
    {
        if (end.Header is { } header)
        {
            (_, double y) = PinOf(header);
            return new Foot(ZoneBegin, header.Number % 2 == 0 ? y : y + (Pitch / 2), 0, OnLeft: true); // wires of odd pins run between two rows
        }
        Box box = _boxes[end.Part!];
        return new Foot(box.PinX(end.Pin!), box.PinY(end.Pin!), end.Pin!.Left ? box.Column - 1 : box.Column, !end.Pin.Left);
    })];

    /// <summary>A part stands one column further than the nearest part that it has signals with; supply and ground do not count.</summary>
    private Dictionary<Part, int> Columns()
    {
        Dictionary<Part, int> columns = [];
        for (int round = 0; columns.Count < _plan.Parts.Count && round <= _plan.Parts.Count; round++)
            foreach (Part part in _plan.Parts.Where(part => !columns.ContainsKey(part)).ToList())
            {
                List<Net> signals = [.. _plan.Nets.Where(net => net.Ends.Any(end => end.Part == part && end.Role is PinRole.Signal or PinRole.Analog))];
                if (signals.Exists(net => net.Ends.Any(end => end.Header is not null)))
                    columns[part] = 1;
                else if (signals.SelectMany(net => net.Ends).FirstOrDefault(end => end.Part is not null && end.Part != part && columns.GetValueOrDefault(end.Part, int.MaxValue) <= round && !end.Pin!.Left) is { } parent)
                    columns[part] = columns[parent.Part!] + 1;
            }
        foreach (Part loose in _plan.Parts.Where(part => !columns.ContainsKey(part)))
            columns[loose] = 1;
        return columns;
    }

    private void StackColumns(Dictionary<Part, int> columns)
    {
        foreach (IGrouping<int, Part> column in _plan.Parts.GroupBy(part => columns[part]).OrderBy(group => group.Key))
        {
            List<Box> stack = [];
            double y = 0;
            foreach (Part part in column)
            {
                Box box = new(part, column.Key, 0, y);
                stack.Add(box);
                y += box.Height + 20;
            }
            double middle = stack.SelectMany(box => NeighboursOf(box.Part)).DefaultIfEmpty(HeaderTop + (10 * Pitch)).Average();
            double top = Math.Max(HeaderTop + 26, Math.Min(middle - ((y - 20) / 2), HeaderTop + (20 * Pitch) - y));
            foreach (Box box in stack)
                _boxes[box.Part] = box with { Y = OnGrid(top + box.Y) };
        }
        foreach (Box box in _boxes.Values.Where(box => columns.Values.Count(column => column == box.Column) == columns.Values.Count(column => column == box.Column - 1)).ToList())
            if (_plan.Nets.SelectMany(net => net.Ends.Any(end => end.Part == box.Part) ? net.Ends : []).FirstOrDefault(end => end.Part is not null && columns[end.Part] == box.Column - 1 && !end.Pin!.Left) is { } parent)
                _boxes[box.Part] = box with { Y = _boxes[parent.Part!].Y }; // one to one: straight wires
    }

    /// <summary>Pins of parts stand a quarter row beside those of the header, so that no two horizontal wires can lie on each other.</summary>
    private static double OnGrid(double y) => HeaderTop + (Math.Round((y - HeaderTop) / (Pitch / 2)) * (Pitch / 2)) + (Pitch / 4);

    private IEnumerable<double> NeighboursOf(Part part) =>
        _plan.Nets.Where(net => net.Ends.Any(end => end.Part == part)).SelectMany(net => net.Ends)
            .Where(end => end.Role is PinRole.Signal or PinRole.Analog && end.Part != part && (end.Header is not null || _boxes.ContainsKey(end.Part!)))
            .Select(end => end.Header is { } header ? PinOf(header).Y : _boxes[end.Part!].PinY(end.Pin!));

    /// <summary>Tracks in the order with the fewest crossings, found by swapping neighbours until nothing gets better.</summary>
    private void AssignTracks(List<Net> nets, int zone, double begin)
    {
        bool better = true;
        for (int round = 0; better && round < 40; round++)
        {
            better = false;
            for (int i = 0; i < nets.Count; i++)
                for (int j = i + 1; j < nets.Count; j++)
                {
                    int before = CostOf(nets, zone);
                    (nets[i], nets[j]) = (nets[j], nets[i]);
                    if (CostOf(nets, zone) < before)
                        better = true;
                    else
                        (nets[i], nets[j]) = (nets[j], nets[i]);
                }
        }
        for (int i = 0; i < nets.Count; i++)
            _tracks[(nets[i], zone)] = begin + (i * Track);
    }

    private int CostOf(List<Net> nets, int zone)
    {
        int cost = 0;
        List<List<Foot>> feet = [.. nets.Select(net => Feet(net).Where(foot => foot.Zone == zone).ToList())];
        for (int i = 0; i < nets.Count; i++)
            for (int j = 0; j < nets.Count; j++)
            {
                if (i == j)
                    continue;
                double top = feet[j].Min(foot => foot.Y), bottom = feet[j].Max(foot => foot.Y);
                foreach (Foot foot in feet[i])
                {
                    bool passes = foot.OnLeft ? j < i : j > i; // the foot's horizontal part passes the other's track
                    cost += passes && foot.Y > top && foot.Y < bottom ? 1 : 0;
                    cost += passes && feet[j].Exists(other => Math.Abs(other.Y - foot.Y) < 1 && other.OnLeft != foot.OnLeft) ? 100 : 0;
                }
            }
        return cost;
    }
}
